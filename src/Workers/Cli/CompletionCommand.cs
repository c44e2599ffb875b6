using System.CommandLine;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est completion</c>: scripts that ask the program itself, through its <c>[suggest]</c> directive, so they never grow old.</summary>
internal static class CompletionCommand
{
    private const string Description = """
        write a script that completes commands, options and their values in your shell

        Examples:
          source <(est completion bash)                                  for this session; put the line into ~/.bashrc to keep it
          source <(est completion zsh)                                   likewise, in ~/.zshrc after compinit
          est completion fish > ~/.config/fish/completions/est.fish      fish finds it there
          est completion pwsh | Out-String | Invoke-Expression           PowerShell; put the line into $PROFILE
        """;

    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # bash completion for est: source <(est completion bash)
            _est_complete() {
                local IFS=$'\n' word="${COMP_WORDS[COMP_CWORD]}"
                COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "$word"))
            }
            complete -o default -F _est_complete est ./est
            """,
        ["zsh"] = """
            # zsh completion for est: source <(est completion zsh)
            _est_complete() {
                local -a found
                found=("${(@f)$("${words[1]}" "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                compadd -a found
            }
            compdef _est_complete est ./est
            """,
        ["fish"] = """
            # fish completion for est: est completion fish > ~/.config/fish/completions/est.fish
            complete -c est -f -a '(set -l line (commandline -cp); est "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)'
            """,
        ["pwsh"] = """
            # PowerShell completion for est: est completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName est -ScriptBlock {
                param($wordToComplete, $commandAst, $cursorPosition)
                est "[suggest:$cursorPosition]" "$commandAst" 2>$null | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = string.Join(", ", Scripts.Keys) };
        shell.CompletionSources.Add(_ => Scripts.Keys.Select(s => new System.CommandLine.Completions.CompletionItem(s)));
        var json = CommonOptions.Json();
        var command = new Command("completion", Description) { shell, json };
        command.SetAction(parsed =>
        {
            var script = Scripts[PlatformCommand.OneOf("shell", parsed.GetValue(shell)!, Scripts.Keys)];
            if (parsed.GetValue(json)) Diagnostics.DiagnosticsJson.Print(new { shell = parsed.GetValue(shell), script });
            else Console.WriteLine(script);
            return 0;
        });
        return command;
    }
}

using System.Text.Json;
using EventSourcedTrading.Brokers.Http;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>Calls within a session. One that is found to have ended is opened again, once for each call.</summary>
internal sealed class IbkrClient(BrokerHttp http, IbkrSession session, IbkrSigner signer, IbkrOptions options)
{
    public BrokerHttp Http => http;

    /// <exception cref="BrokerException">No answer, or a refusal.</exception>
    public async Task<JsonElement> ReadAsync(HttpMethod method, string path, byte[]? body, CancellationToken ct) => IbkrAnswers.Whole(await AskAsync(method, path, body, ct), $"{method} {path}", http);

    /// <exception cref="BrokerException">No answer.</exception>
    public async Task<BrokerAnswer> AskAsync(HttpMethod method, string path, byte[]? body, CancellationToken ct)
    {
        for (var again = false; ; again = true)
        {
            var login = await session.OpenAsync(ct);
            var answer = await http.AskAsync(() => signer.Make(method, path, body, login.Token), $"{method} {path}", ct);
            if (!IbkrAnswers.IsSessionLost(answer)) return answer;
            session.Lose(login);
            if (again) return answer;
        }
    }

    /// <summary>An order's call, made once; a second time only where the broker has said that it did not even look at it, since there is no session.</summary>
    /// <param name="repeats">False for an answer to a question, which a new session does not know.</param>
    public async Task<OrderOutcome> OrderAsync(HttpMethod method, string path, byte[]? body, bool repeats, CancellationToken ct)
    {
        for (var again = false; ; again = true)
        {
            IbkrLogin login;
            try
            {
                login = await session.OpenAsync(ct);
            }
            catch (Exception e) when (e is BrokerException or OperationCanceledException)
            {
                return new(null, MayHaveArrived: false, e is BrokerException ? $"not asked: {e.Message}" : "not asked: given up by the caller");
            }

            using var request = options.DryRun ? signer.Unsigned(method, path, body) : signer.Make(method, path, body, login.Token);
            var outcome = await http.OrderAsync(request, ct);
            if (outcome.Answer is not { } answer || !IbkrAnswers.IsSessionLost(answer)) return outcome;
            session.Lose(login);
            if (again || !repeats) return outcome;
        }
    }
}

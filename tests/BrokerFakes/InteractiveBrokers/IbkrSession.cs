using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;

namespace EventSourcedTrading.BrokerFakes.InteractiveBrokers;

/// <summary>The brokerage session: opened by <c>ssodh/init</c>, kept alive by <c>tickle</c> or any other call, ended by silence or logout.</summary>
public sealed class IbkrSession(FakeSettings settings, IbkrSettings ibkr, TimeProvider time)
{
    /// <summary>Silence after which the session has ended.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(6);

    private readonly HashSet<string> suppressed = [];
    private DateTimeOffset touched;
    private bool open;
    private int number;

    public bool IsAuthenticated => open;

    /// <summary>Whether <c>/iserver/accounts</c> was asked in this session; orders need it.</summary>
    public bool KnowsAccounts { get; private set; }

    /// <summary>Whether <c>/portfolio/accounts</c> was; positions need it.</summary>
    public bool KnowsPortfolios { get; private set; }

    /// <summary>Whether live orders were asked for; before that they are empty.</summary>
    public bool IsWarm { get; set; }

    public IReadOnlyList<Operation> Operations =>
    [
        new("POST", "/iserver/auth/ssodh/init", "session", _ => Open()),
        new("POST", "/iserver/auth/status", "session", _ => Status()),
        new("POST", "/tickle", "session", _ => Tickle()),
        new("POST", "/logout", "session", _ => { End(); return new JsonObject { ["status"] = true }; }),
        new("GET", "/iserver/accounts", "account", _ => Accounts()),
        new("GET", "/portfolio/accounts", "account", _ => Portfolios()),
        new("POST", "/iserver/account", "account", Select),
        new("POST", "/iserver/questions/suppress", "session", Suppress),
        new("POST", "/iserver/questions/suppress/reset", "session", _ => { suppressed.Clear(); return new JsonObject { ["status"] = "submitted" }; }),
    ];

    /// <summary>Midnight in UTC.</summary>
    public DateTimeOffset Today => new(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    public string Cookie => Ids.Uuid(settings.Seed, "session", number).ToString("N");

    /// <summary>A call has come; after too long a silence the session is found to have ended.</summary>
    public void Touch()
    {
        var now = time.GetUtcNow();
        if (open && now - touched > Timeout) End();
        touched = now;
    }

    public bool Suppresses(Question question) => suppressed.Contains(question.MessageId);

    public void MustBeOurs(string account)
    {
        if (account != ibkr.Account) throw new AnswerException(new Answer(400, new JsonObject { ["error"] = $"Bad Request: accountId is not valid: {account}", ["statusCode"] = "400" }));
    }

    public JsonObject Status() => new()
    {
        ["authenticated"] = open, ["competing"] = false, ["connected"] = open, ["message"] = "", ["MAC"] = "02:00:00:00:00:01",
        ["serverInfo"] = new JsonObject { ["serverName"] = "FakeN00001", ["serverVersion"] = "Build 10.25.0p, Dec 5, 2023 5:48:12 PM" },
    };

    private JsonObject Open()
    {
        (open, touched, number) = (true, time.GetUtcNow(), number + 1);
        return Status();
    }

    private void End()
    {
        (open, KnowsAccounts, KnowsPortfolios, IsWarm) = (false, false, false, false);
        suppressed.Clear();
    }

    private JsonObject Tickle() => new()
    {
        ["session"] = Cookie, ["ssoExpires"] = (int)Timeout.TotalMilliseconds, ["collission"] = false, ["userId"] = 123456789,
        ["hmds"] = new JsonObject { ["error"] = "no bridge" }, ["iserver"] = new JsonObject { ["authStatus"] = Status() },
    };

    private JsonObject Accounts()
    {
        KnowsAccounts = true;
        return new JsonObject
        {
            ["accounts"] = new JsonArray(ibkr.Account), ["aliases"] = new JsonObject { [ibkr.Account] = ibkr.Account }, ["selectedAccount"] = ibkr.Account,
            ["acctProps"] = new JsonObject { [ibkr.Account] = new JsonObject { ["hasChildAccounts"] = false, ["supportsCashQty"] = false, ["supportsFractions"] = false } },
            ["sessionId"] = Cookie, ["isFt"] = false, ["isPaper"] = true,
        };
    }

    private JsonArray Portfolios()
    {
        KnowsPortfolios = true;
        return
        [
            new JsonObject
            {
                ["id"] = ibkr.Account, ["accountVan"] = ibkr.Account, ["accountTitle"] = "Fake account", ["displayName"] = "Fake account", ["accountAlias"] = null, ["accountStatus"] = 1590724800000,
                ["currency"] = "USD", ["type"] = "DEMO", ["tradingType"] = "STKNOPT", ["ibEntity"] = "IBLLC-US", ["clearingStatus"] = "O", ["brokerageAccess"] = true, ["desc"] = ibkr.Account,
            },
        ];
    }

    private Answer Select(Call call)
    {
        MustBeOurs(call.Body.Text("acctId") ?? "");
        return new JsonObject { ["set"] = true, ["acctId"] = ibkr.Account };
    }

    private Answer Suppress(Call call)
    {
        if (call.Body?["messageIds"] is not JsonArray ids || ids.Count > 100) throw new BadCallException("messageIds must be an array of at most 100 texts");
        suppressed.UnionWith(ids.Select(id => id?.ToString() ?? ""));
        return new JsonObject { ["status"] = "submitted" };
    }
}

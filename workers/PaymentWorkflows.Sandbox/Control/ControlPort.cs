using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using PaymentWorkflows.Sandbox.Faults;
using PaymentWorkflows.Sandbox.Hosting;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Taxes;
using PaymentWorkflows.Sandbox.Time;
using PaymentWorkflows.Sandbox.Webhooks;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Control;

/// <summary>The port that checkers and tests use: what really happened, faults, webhooks, clock, reset.</summary>
internal sealed class ControlPort(SandboxState state, SandboxOptions options, DeliveryService deliveries)
{
    private const string Endpoints = "GET /health, GET /truth, GET|POST|DELETE /faults, GET|POST /webhooks, GET|POST /clock, GET|POST /refunds, GET|POST /tax, POST /tax/expiry, GET /catalogue, POST /reset, "
        + PlayedControl.Endpoints;

    public async Task HandleAsync(HttpContext http)
    {
        var status = 200;
        JsonNode? answer;
        try
        {
            using var reader = new StreamReader(http.Request.Body);
            var body = await reader.ReadToEndAsync(http.RequestAborted);
            answer = Handle(http.Request, body);
            status = answer is null ? 404 : 200;
            answer ??= Error($"There is no {http.Request.Method} {http.Request.Path} here. Allowed: {Endpoints}.", null);
        }
        catch (ControlException wrong)
        {
            status = 400;
            answer = Error(wrong.Message, wrong.Param);
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer.ToJsonString(), http.RequestAborted);
    }

    private JsonNode? Handle(HttpRequest request, string body) => (request.Method, request.Path.Value) switch
    {
        ("GET", "/health") => new JsonObject { ["status"] = "ok" },
        ("GET", "/truth") => Truth(request),
        ("GET", "/faults") => Faults(),
        ("POST", "/faults") => AddFault(ControlBody.Read<FaultRequest>(body)),
        ("DELETE", "/faults") => ClearFaults(),
        ("GET", "/webhooks") => ControlBody.Write(Locked(() => state.Chaos)),
        ("POST", "/webhooks") => SetWebhooks(ControlBody.Read<WebhookChaos>(body)),
        ("GET", "/clock") => Clock(),
        ("POST", "/clock") => Advance(ControlBody.Read<ClockRequest>(body)),
        ("GET", "/refunds") => ControlBody.Write(Locked(() => new RefundPolicyRequest(state.ShortBalance))),
        ("POST", "/refunds") => SetRefunds(ControlBody.Read<RefundPolicyRequest>(body)),
        ("GET", "/tax") => ControlBody.Write(Locked(() => new SortedDictionary<string, string>(state.TaxRates, StringComparer.Ordinal))),
        ("POST", "/tax/expiry") => SetTaxExpiry(ControlBody.Read<TaxExpiryRequest>(body)),
        ("POST", "/tax") => SetTax(ControlBody.Read<TaxRateRequest>(body)),
        ("GET", "/catalogue") => Locked(() => Catalogue.Build(state.Methods)),
        ("POST", "/reset") => Reset(),
        _ => Locked(() => PlayedControl.Handle(state, request.Method, request.Path.Value, body)),
    };

    private JsonObject Truth(HttpRequest request)
    {
        var since = request.Query.TryGetValue("requests_since", out var text) ? text.ToString() : null;
        var made = new List<Delivery>();
        JsonObject answer;
        lock (state.Gate)
        {
            made.AddRange(JobRunner.RunDue(state, options.Sends));
            answer = TruthReport.Build(state, since);
        }

        deliveries.Enqueue(made);
        return answer;
    }

    private JsonObject Faults() => Locked(() => new JsonObject { ["faults"] = ControlBody.Write(state.Faults.Rules) });

    private JsonObject AddFault(FaultRequest request)
    {
        FaultKind kind;
        try
        {
            kind = JsonSerializer.Deserialize<FaultKind>(JsonSerializer.Serialize(request.Kind), SandboxJson.Options);
        }
        catch (JsonException)
        {
            throw new ControlException($"Unknown fault kind '{request.Kind}'. Allowed: {string.Join(", ", WireNames.FaultKinds)}.", "kind");
        }

        if (request.Times < 0)
        {
            throw new ControlException("times must be 0 (without limit) or more.", "times");
        }

        if (request.DelayMs < 0)
        {
            throw new ControlException("delay_ms must be 0 or more.", "delay_ms");
        }

        if (request.Match?.Nth < 1)
        {
            throw new ControlException("match.nth counts from 1.", "match.nth");
        }

        CheckProbability(request.Match?.Probability ?? 0, "match.probability");
        var rule = new FaultRule(
            kind, request.Match, request.Times, request.DelayMs, request.Committed, request.Reason, Identifiers.New("fault"));
        return Locked(() =>
        {
            state.Faults.Add(rule);
            state.FaultsChanged();
            state.Commit();
            return (JsonObject)ControlBody.Write(rule);
        });
    }

    private JsonObject ClearFaults() => Locked(() =>
    {
        state.Faults.Clear();
        state.FaultsChanged();
        state.Commit();
        return new JsonObject { ["faults"] = new JsonArray() };
    });

    private JsonNode SetWebhooks(WebhookChaos chaos)
    {
        CheckProbability(chaos.Drop, "drop");
        CheckProbability(chaos.Duplicate, "duplicate");
        CheckProbability(chaos.Reorder, "reorder");
        if (chaos.DelayMs < 0)
        {
            throw new ControlException("delay_ms must be 0 or more.", "delay_ms");
        }

        return Locked(() =>
        {
            state.SetChaos(chaos);
            state.Commit();
            return ControlBody.Write(chaos);
        });
    }

    private JsonNode SetRefunds(RefundPolicyRequest request) => Locked(() =>
    {
        state.SetShortBalance(request.WhenShort);
        state.Commit();
        return ControlBody.Write(request);
    });

    private JsonNode SetTax(TaxRateRequest request)
    {
        var jurisdiction = request.State is null ? request.Country.ToUpperInvariant() : $"{request.Country}-{request.State}".ToUpperInvariant();
        if (!TaxTable.Default.Knows(jurisdiction))
        {
            throw new ControlException($"No tax is collected in '{jurisdiction}', so it has no rate. Allowed: {string.Join(", ", TaxTable.Default.Jurisdictions)}.", "country");
        }

        if (request.Percentage is { } percentage && !(decimal.TryParse(percentage, System.Globalization.CultureInfo.InvariantCulture, out var rate) && rate is >= 0 and <= 100))
        {
            throw new ControlException("percentage must be a decimal number from 0 to 100 such as \"20.0\", or null for the rate in force.", "percentage");
        }

        return Locked(() =>
        {
            state.SetTaxRate(jurisdiction, request.Percentage);
            state.Commit();
            return ControlBody.Write(request);
        });
    }

    private JsonNode SetTaxExpiry(TaxExpiryRequest request) => Locked(() =>
    {
        state.SetTaxExpiry(request.At);
        state.Commit();
        return ControlBody.Write(request);
    });

    private JsonObject Clock() => new()
    {
        ["now"] = Rfc3339.Text(state.Clock.GetUtcNow()),
        ["offset_ms"] = (long)state.Clock.Offset.TotalMilliseconds,
    };

    private JsonObject Advance(ClockRequest request)
    {
        TimeSpan by;
        try
        {
            by = XmlConvert.ToTimeSpan(request.Advance);
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException or ArgumentNullException)
        {
            throw new ControlException($"advance must be an ISO 8601 duration such as PT25H or P8D, not '{request.Advance}'.", "advance");
        }

        if (by < TimeSpan.Zero || by > TimeSpan.FromDays(3660))
        {
            throw new ControlException("advance must be between PT0S and P3660D: the clock only goes forward.", "advance");
        }

        var made = Locked(() =>
        {
            state.Advance(by);
            state.Commit();
            return JobRunner.RunDue(state, options.Sends);
        });
        deliveries.Enqueue(made);
        deliveries.Kick();
        return Clock();
    }

    private JsonObject Reset()
    {
        Locked(() =>
        {
            state.Reset();
            deliveries.Clear();
            return true;
        });
        return new JsonObject { ["status"] = "ok" };
    }

    private T Locked<T>(Func<T> work)
    {
        lock (state.Gate)
        {
            return work();
        }
    }

    private static void CheckProbability(double value, string param)
    {
        if (value is not (>= 0 and <= 1))
        {
            throw new ControlException($"{param} must be a probability from 0 to 1.", param);
        }
    }

    private static JsonObject Error(string message, string? param)
    {
        var error = new JsonObject { ["type"] = "invalid_request", ["message"] = message };
        if (param is not null)
        {
            error["param"] = param;
        }

        return new JsonObject { ["error"] = error };
    }
}

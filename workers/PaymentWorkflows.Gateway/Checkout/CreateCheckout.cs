using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Tax;
using PaymentWorkflows.Gateway.Http;
using PaymentWorkflows.Gateway.Idempotency;
using PaymentWorkflows.Gateway.Validation;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary><c>POST /v1/checkouts</c>: writes the checkout, starts it, and answers as soon as the customer can be told.</summary>
public sealed class CreateCheckout(
    StackOptions stack, ICheckoutStore store, IOutcomeBoard board, ITaxEngine tax, CheckoutDefaults defaults, MethodCheck methods, CheckoutLauncher launcher, CheckoutTraffic traffic, IdempotencyKeys keys, KeptAnswers answers, BodyReader bodies, WaitEnd waitEnd, TimeProvider clock)
{
    public async Task<ApiAnswer> AnswerAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        using var underWay = traffic.Begin();
        var call = CallContext.Of(http);
        call.TransactionId = CallersTransaction(http) ?? call.TransactionId;
        var key = IdempotencyKeys.Read(http);
        BodyReader.RequireJson(http.Request);
        using var body = JsonBody.Parse(await bodies.ReadAsync(http, stack.Gateway.MaxBodyBytes));
        var command = CreateCheckoutParser.Parse(body.Fields);
        if (command.Input.Tax == TaxMode.Automatic && !tax.IsConfigured)
        {
            throw ApiErrors.TaxNotConfigured();
        }

        if (command.Input.Tax == TaxMode.Automatic && TaxAddress.Missing(command.Customer.Country, command.Customer.PostalCode) is { } field)
        {
            throw ApiErrors.Missing($"customer.{field}");
        }

        var claim = keys.Claim(http, key, body.Hash(http.Request.Method, "/v1/checkouts"));
        await methods.RequireAsync(http, claim, command);
        var outcome = await store.CreateAsync(New(command, call.TransactionId), claim, http.RequestAborted);
        return outcome switch
        {
            CreateCheckoutOutcome.Created created => await answers.KeepAsync(http, claim, () => FollowAsync(http, created.Checkout, command, StatusCodes.Status201Created)),
            CreateCheckoutOutcome.Existing existing => await answers.KeepAsync(http, claim, () => FollowAsync(http, existing.Checkout, command, StatusCodes.Status200OK)),
            CreateCheckoutOutcome.OtherContent => await answers.KeepAsync(http, claim, () => throw ApiErrors.OrderExists()),
            CreateCheckoutOutcome.KeyRefused refused => KeptAnswers.Replayed(http, IdempotencyKeys.Refuse(refused.Outcome)),
            _ => throw new InvalidOperationException($"An outcome nobody has decided about: {outcome.GetType().Name}."),
        };
    }

    private static TransactionId? CallersTransaction(HttpContext http) => http.Request.Headers["Transaction-Id"] switch
    {
        [] => null,
        [{ } text] when TransactionId.TryParse(text, null, out var id) => id,
        _ => throw ApiErrors.Wrong("Transaction-Id", $"one header of at most {TransactionId.MaxLength} characters: 'txn_', then letters, digits, '_', '-' and '.'"),
    };

    private NewCheckout New(CreateCheckoutCommand command, TransactionId transaction)
    {
        var input = command.Input with { CheckoutId = ApiIds.Checkout(clock), TransactionId = transaction, Placement = defaults.Placement, Policies = defaults.PoliciesOf(command.Input), Method = defaults.TraitsOf(command.Input) };
        return new NewCheckout(input, command.Amount.Minor, CheckoutContent.Hash(input), command.Customer, clock.GetUtcNow());
    }

    /// <summary>The customer can be told something, or that a person has to look first.</summary>
    private static bool IsAnswer(CheckoutView view) => view.TellsTheCaller;

    private async Task<ApiAnswer> FollowAsync(HttpContext http, StoredCheckout checkout, CreateCheckoutCommand command, int status)
    {
        CallContext.Of(http).IsAbout(checkout);
        return IsAnswer(checkout.View)
            ? ApiAnswer.Of(status, CheckoutResource.Of(checkout))
            : ApiAnswer.Of(status, CheckoutResource.Of(await WaitAsync(http, checkout, command)));
    }

    private async Task<StoredCheckout> WaitAsync(HttpContext http, StoredCheckout checkout, CreateCheckoutCommand command)
    {
        using var wait = waitEnd.Begin(http);
        // The waiter is in place before the workflow starts, so the fastest outcome cannot be missed.
        var news = board.WaitAsync(checkout.Id, IsAnswer, command.Wait, wait.Token);
        var began = clock.GetTimestamp();
        var runs = checkout.StartedAt is not null;
        if (runs)
        {
            // The outcome may have been announced before the waiter was there.
            board.AnnounceChanged(checkout.Id);
        }
        else
        {
            // Once written, the checkout is started whether or not its caller still waits.
            runs = await launcher.TryWithinAsync(checkout, command.Wait - clock.GetElapsedTime(began), CancellationToken.None);
        }

        if (!runs)
        {
            // Nothing to wait for: the sweeper starts it.
            await wait.CancelAsync();
        }

        var told = await news;
        http.RequestAborted.ThrowIfCancellationRequested();
        return told is not null ? checkout with { View = told } : await store.FindAsync(checkout.Id, http.RequestAborted) ?? checkout;
    }
}

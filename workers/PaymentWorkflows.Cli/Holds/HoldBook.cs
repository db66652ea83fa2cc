using System.Text.Json;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Cli.Holds;

/// <summary>Finds what waits for a person, through the Gateway.</summary>
internal sealed class HoldBook(GatewayClient gateway)
{
    private static readonly string[] Kinds = ["/v1/checkouts", "/v1/refunds"];

    /// <summary>Everything that is held, newest first, checkouts before refunds.</summary>
    /// <exception cref="StackException">The Gateway refused or did not answer.</exception>
    public async Task<IReadOnlyList<HeldSaga>> ListAsync(CancellationToken cancellationToken)
    {
        var found = new List<HeldSaga>();
        foreach (var kind in Kinds)
        {
            string? after = null;
            while (await gateway.FindAsync($"{kind}?held=true&limit=100{(after is null ? "" : $"&starting_after={after}")}", cancellationToken).ConfigureAwait(false) is { } page)
            {
                var sagas = page.GetProperty("data").EnumerateArray().ToArray();
                found.AddRange(sagas.Select(HeldSaga.Of).OfType<HeldSaga>());
                if (sagas.Length == 0 || !page.GetProperty("has_more").GetBoolean())
                {
                    break;
                }

                after = sagas[^1].GetProperty("id").GetString();
            }
        }

        return found;
    }

    /// <summary>The workflow of a checkout, a refund or a workflow id; null when the id is none of these.</summary>
    /// <exception cref="StackException">There is none, or the Gateway did not answer.</exception>
    public async Task<string?> WorkflowOfAsync(string id, CancellationToken cancellationToken)
    {
        if (id.Contains('/', StringComparison.Ordinal))
        {
            return id;
        }

        if (CheckoutId.TryParse(id, null, out _))
        {
            return Workflow(await gateway.GetCheckoutAsync(id, cancellationToken).ConfigureAwait(false));
        }

        // A refund's workflow is named by its id alone, so no question needs to be asked.
        return RefundId.TryParse(id, null, out var refund) ? WorkflowIds.Refund(refund) : null;
    }

    private static string Workflow(JsonElement saga) => saga.GetProperty("workflow_id").GetString()!;
}

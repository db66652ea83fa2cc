using System.Globalization;
using System.Text;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>A checkout as people see it in the Web UI (current details): the steps, what it waits for, and what to do.</summary>
public static class CheckoutDetails
{
    /// <summary>Markdown.</summary>
    public static string Render(CheckoutView view, Money amount, IReadOnlyList<HeldView> holds, string? refusal)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(holds);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"**{HoldRules.Name(view.Status)}** - {amount}");
        if (view.Payment is { } payment)
        {
            text.Append(CultureInfo.InvariantCulture, $", {payment.Provider} `{payment.Id}`");
        }

        text.Append("\n\n| step | status | tries | at | reference |\n|---|---|---|---|---|\n");
        foreach (var step in view.Steps)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {HoldRules.Name(step.Name)} | {HoldRules.Name(step.Status)} | {step.Attempts} | {step.At:yyyy-MM-dd HH:mm:ss}Z | {step.Reference} |\n");
        }

        if (view.Decline is { } decline)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nDeclined: `{decline.Code}` ({HoldRules.Name(decline.Category)}); advice: {decline.Advice}.\n");
        }

        foreach (var hold in holds)
        {
            var actions = string.Join(", ", hold.Actions.Select(action => $"`{HoldRules.Name(action)}`"));
            text.Append(CultureInfo.InvariantCulture, $"\n### Held: {HoldRules.Name(hold.Reason)} at `{hold.Id}`\n\n{hold.Message}\n\n");
            text.Append(CultureInfo.InvariantCulture, $"Owner: {hold.Owner}. Since {hold.Since:yyyy-MM-dd HH:mm}Z, due by {hold.Deadline:yyyy-MM-dd HH:mm}Z. Allowed: {actions}.\n\n");
            text.Append("Send the signal `intervene` with `{\"action\":\"").Append(HoldRules.Name(hold.Actions[0]))
                .Append("\",\"actor\":\"your name\",\"reason\":\"why\",\"hold\":\"").Append(hold.Id).Append("\"}`.\n");
        }

        if (refusal is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n**The last act was refused:** {refusal}\n");
        }

        return text.ToString();
    }
}

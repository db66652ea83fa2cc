using PaymentWorkflows.Domain.Holds;

namespace PaymentWorkflows.Domain.PaymentMethods;

/// <summary>What follows from a flow alone.</summary>
public static class PaymentFlowRules
{
    /// <summary>
    /// Whether money can be reserved first and taken later. A scanned code, a slip and a debit move the money in one act of the customer
    /// or the bank: there is nothing to reserve.
    /// </summary>
    public static bool CanReserve(this PaymentFlow flow) => flow switch
    {
        PaymentFlow.Card or PaymentFlow.Redirect or PaymentFlow.AppApproval => true,
        PaymentFlow.QrCode or PaymentFlow.Voucher or PaymentFlow.BankDebit => false,
        _ => throw new ArgumentOutOfRangeException(nameof(flow), flow, "A flow nobody has decided about."),
    };

    /// <summary>How callers are told what the customer must do.</summary>
    public static string ActionType(this PaymentFlow flow) => flow switch
    {
        PaymentFlow.Card => "three_d_secure",
        PaymentFlow.Redirect or PaymentFlow.BankDebit => "redirect",
        PaymentFlow.QrCode => "qr_code",
        PaymentFlow.Voucher => "voucher",
        PaymentFlow.AppApproval => "app_approval",
        _ => throw new ArgumentOutOfRangeException(nameof(flow), flow, "A flow nobody has decided about."),
    };

    /// <summary>The flow as configuration, API and provider metadata write it.</summary>
    public static string Name(this PaymentFlow flow) => HoldRules.Name(flow);

    /// <summary>Reads a flow's name; false for any other text.</summary>
    public static bool TryParse(string? name, out PaymentFlow flow)
    {
        foreach (var candidate in Enum.GetValues<PaymentFlow>())
        {
            if (Name(candidate) == name)
            {
                flow = candidate;
                return true;
            }
        }

        flow = default;
        return false;
    }
}

namespace PaymentWorkflows.Sandbox.Methods;

/// <summary>What the customer of a payment method other than a card does.</summary>
internal enum MethodFlow
{
    /// <summary>Approves on a page that the customer is sent to.</summary>
    Redirect,

    /// <summary>Scans a code with the bank's app.</summary>
    QrCode,

    /// <summary>Pays a slip later, somewhere else.</summary>
    Voucher,

    /// <summary>Nothing more: the account is debited in the following days.</summary>
    BankDebit,

    /// <summary>Confirms on a phone.</summary>
    AppApproval,
}

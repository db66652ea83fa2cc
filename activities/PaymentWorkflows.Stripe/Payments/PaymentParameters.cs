using System.Globalization;
using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain.PaymentMethods;
using Stripe;

namespace PaymentWorkflows.Stripe.Payments;

/// <summary>
/// Puts a payment method into the parameters of a payment, by its configuration alone: no method is known here by its name. Sources:
/// docs.stripe.com/api/payment_intents/create (payment_method_data, payment_method_options, mandate_data).
/// </summary>
internal static class PaymentParameters
{
    /// <param name="options">The parameters to add to.</param>
    /// <param name="request">The payment.</param>
    /// <param name="payer">The person; null when nothing is known or needed.</param>
    public static void Add(PaymentIntentCreateOptions options, AuthorizeRequest request, KnownCustomer? payer)
    {
        var type = request.Method?.Type ?? request.PaymentMethodType;
        options.AllowedPaymentMethodTypes = [type];
        if (request.PaymentMethodToken is { } token)
        {
            options.PaymentMethod = token;
        }
        else
        {
            options.PaymentMethodData = Data(type, payer);
        }

        foreach (var field in request.Method?.Fields ?? [])
        {
            if (Value(field.Source, request, payer) is { } value)
            {
                options.AddExtraParam(field.Parameter, value);
            }
        }

        if (request is { Method.ExpiryParameter: { } parameter, Expiry: { } expiry })
        {
            options.AddExtraParam(parameter, ((long)expiry.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        }

        if (request.Method is { Flow: PaymentFlow.BankDebit })
        {
            options.MandateData = Mandate(payer);
        }
    }

    private static PaymentIntentPaymentMethodDataOptions Data(string type, KnownCustomer? payer)
    {
        var data = new PaymentIntentPaymentMethodDataOptions { Type = type };
        if (Billing(payer) is { } billing)
        {
            data.BillingDetails = billing;
        }

        return data;
    }

    // A member that is set to null would be sent as an empty one.
    private static PaymentIntentPaymentMethodDataBillingDetailsOptions? Billing(KnownCustomer? payer)
    {
        if (payer?.Details is not { } person || person is { Name: null, Email: null, Country: null, PostalCode: null })
        {
            return null;
        }

        var billing = new PaymentIntentPaymentMethodDataBillingDetailsOptions();
        if (person.Name is not null)
        {
            billing.Name = person.Name;
        }

        if (person.Email is not null)
        {
            billing.Email = person.Email;
        }

        if (person.Country is not null || person.PostalCode is not null)
        {
            var address = new AddressOptions();
            if (person.Country is not null)
            {
                address.Country = person.Country;
            }

            if (person.PostalCode is not null)
            {
                address.PostalCode = person.PostalCode;
            }

            billing.Address = address;
        }

        return billing;
    }

    /// <summary>
    /// The mandate under which a bank debits. Stripe wants the browser's address and name for a mandate accepted online; this product
    /// keeps neither, so the merchant's page accepts it, keeps the proof, and Stripe is told that it was accepted elsewhere. The moment is
    /// the one at which the customer's data came with a checkout, so that a repeated call says the same.
    /// </summary>
    private static PaymentIntentMandateDataOptions Mandate(KnownCustomer? payer)
    {
        var acceptance = new PaymentIntentMandateDataCustomerAcceptanceOptions { Type = "offline", Offline = new PaymentIntentMandateDataCustomerAcceptanceOfflineOptions() };
        if (payer is not null)
        {
            acceptance.AcceptedAt = payer.ToldAt.UtcDateTime;
        }

        return new PaymentIntentMandateDataOptions { CustomerAcceptance = acceptance };
    }

    private static string? Value(string source, AuthorizeRequest request, KnownCustomer? payer) => source switch
    {
        RequestFields.Token => request.PaymentMethodToken,
        RequestFields.Code => request.PaymentMethodCode,
        _ => payer?.Details.Field(source),
    };
}

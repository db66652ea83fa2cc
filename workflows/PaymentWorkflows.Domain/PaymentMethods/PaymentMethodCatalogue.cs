using System.Collections.Frozen;

namespace PaymentWorkflows.Domain.PaymentMethods;

/// <summary>The payment methods of the deployment: one consistent set, never changed.</summary>
public sealed class PaymentMethodCatalogue : IPaymentMethods
{
    private readonly FrozenDictionary<string, PaymentMethod> byName;

    /// <exception cref="ArgumentException">Two methods have one name.</exception>
    public PaymentMethodCatalogue(IEnumerable<PaymentMethod> methods)
    {
        Methods = [.. methods];
        if (Methods.GroupBy(method => method.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"The payment method '{twice.Key}' is there twice.", nameof(methods));
        }

        byName = Methods.ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);
    }

    /// <summary>All methods, in the order of their configuration.</summary>
    public IReadOnlyList<PaymentMethod> Methods { get; }

    /// <summary>All names, in the order of their configuration.</summary>
    public IReadOnlyList<string> Names => [.. Methods.Select(method => method.Name)];

    PaymentMethodCatalogue IPaymentMethods.Current => this;

    /// <summary>The method of this name, or null.</summary>
    public PaymentMethod? Find(string name) => byName.GetValueOrDefault(name);
}

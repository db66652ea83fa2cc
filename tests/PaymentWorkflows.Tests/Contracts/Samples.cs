using System.Collections;
using System.Reflection;
using System.Text.Json.Serialization;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Tests.Contracts;

/// <summary>Makes an instance of any message with every field filled in, the same one each time.</summary>
internal static class Samples
{
    private static readonly DateTimeOffset Moment = new(2026, 11, 24, 12, 30, 45, TimeSpan.Zero);

    private static readonly Dictionary<Type, object> Known = new()
    {
        [typeof(int)] = 3,
        [typeof(decimal)] = 19.0m,
        [typeof(long)] = 4758L,
        [typeof(bool)] = true,
        [typeof(DateTimeOffset)] = Moment,
        [typeof(TimeSpan)] = TimeSpan.FromMinutes(30),
        [typeof(Currency)] = Currency.Parse("eur"),
        [typeof(Money)] = new Money(4758, Currency.Parse("eur")),
        [typeof(CheckoutId)] = CheckoutId.Parse("chk_1"),
        [typeof(RefundId)] = RefundId.Parse("ref_1"),
        [typeof(TransactionId)] = TransactionId.Parse("txn_1"),
        [typeof(MerchantId)] = MerchantId.Parse("acme"),
        [typeof(OrderId)] = OrderId.Parse("ord_1001"),
        [typeof(CustomerId)] = CustomerId.Parse("cus_42"),
        [typeof(LedgerAccount)] = LedgerAccount.Revenue,
        [typeof(AttemptKey)] = AttemptKey.Parse("checkout/acme/ord_1001:authorize:1"),
    };

    public static object Of(Type type, string name = "value")
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Of(inner, name);
        }

        if (Known.TryGetValue(type, out var value))
        {
            return value;
        }

        return type switch
        {
            _ when type == typeof(string) => $"a {name}",
            { IsEnum: true } => Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!,
            { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) => List(type.GetGenericArguments()[0], name),
            { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) => new Dictionary<string, string> { ["cart"] = "7" },
            { IsAbstract: true } => Of(type.GetCustomAttributes<JsonDerivedTypeAttribute>().First().DerivedType, name),
            _ => Build(type),
        };
    }

    private static object List(Type element, string name)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        list.Add(Of(element, name));
        return list;
    }

    private static object Build(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(one => one.GetParameters().Length)!;
        var message = constructor.Invoke([.. constructor.GetParameters().Select(parameter => Of(parameter.ParameterType, parameter.Name!))]);
        var given = constructor.GetParameters().Select(parameter => parameter.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var property in type.GetProperties().Where(property => property.SetMethod is { IsPublic: true } && !given.Contains(property.Name)))
        {
            property.SetValue(message, Of(property.PropertyType, property.Name));
        }

        return message;
    }
}

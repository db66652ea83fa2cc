using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Temporalio.Activities;

namespace PaymentWorkflows.Sagas.Running;

/// <summary>
/// The name and the arguments of an activity, taken out of the lambda that calls it. The SDK compiles each argument to code for that, which
/// costs more than most steps do; what a step closes over is read here instead.
/// </summary>
public readonly record struct ActivityCall(string Name, IReadOnlyCollection<object?> Arguments)
{
    private static readonly ConcurrentDictionary<MethodInfo, string> Names = new();

    /// <summary>Takes a call apart.</summary>
    /// <exception cref="ArgumentException">The lambda is no call of an activity.</exception>
    public static ActivityCall Of(LambdaExpression step) => step?.Body is MethodCallExpression call
        ? new ActivityCall(Names.GetOrAdd(call.Method, NameOf), [.. call.Arguments.Select(Value)])
        : throw new ArgumentException("The lambda is no call of an activity.", nameof(step));

    private static string NameOf(MethodInfo method) => method.GetCustomAttribute<ActivityAttribute>() is { } activity
        ? activity.Name ?? throw new ArgumentException($"{method.Name} is an activity without a name.", nameof(method))
        : throw new ArgumentException($"{method.Name} is no activity.", nameof(method));

    private static object? Value(Expression argument) => argument switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Member: FieldInfo field } member => field.GetValue(member.Expression is null ? null : Value(member.Expression)),
        MemberExpression { Member: PropertyInfo property } member => property.GetValue(member.Expression is null ? null : Value(member.Expression)),
        _ => Expression.Lambda<Func<object?>>(Expression.Convert(argument, typeof(object))).Compile(preferInterpretation: true)(),
    };
}

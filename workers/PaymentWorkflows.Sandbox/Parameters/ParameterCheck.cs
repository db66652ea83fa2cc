using System.Globalization;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Parameters;

/// <summary>Holds what was sent against what an endpoint declares, and words the refusal as the provider does.</summary>
internal static class ParameterCheck
{
    /// <summary>Throws the first error found: unknown names first, then missing ones, then wrong values.</summary>
    /// <param name="isAdded">Whether a name is a payment method type that only the deployment knows. The description declares a member for each
    /// type, beside the one for cards; these have none, and take anything.</param>
    /// <exception cref="StripeException">400 with code and <c>param</c>.</exception>
    public static void Check(FormNode form, ParameterSpec.Hash declared, Func<string, bool>? isAdded = null) =>
        CheckHash(form, declared, string.Empty, isAdded ?? (_ => false));

    private static void CheckHash(FormNode node, ParameterSpec.Hash declared, string prefix, Func<string, bool> isAdded)
    {
        foreach (var (name, _) in node.Children)
        {
            if (!declared.Fields.ContainsKey(name) && !IsAddedType(declared, name, isAdded))
            {
                throw StripeErrors.UnknownParameter(Join(prefix, name));
            }
        }

        foreach (var (name, field) in declared.Fields)
        {
            if (field.Required && node[name] is null)
            {
                throw StripeErrors.MissingParameter(Join(prefix, name));
            }
        }

        foreach (var (name, child) in node.Children)
        {
            var param = Join(prefix, name);
            if (!declared.Fields.TryGetValue(name, out var field))
            {
                continue;
            }

            if (child.IsLeaf && child.Text!.Length == 0 && (field.Required || field.Spec is ParameterSpec.Integer or ParameterSpec.Flag))
            {
                throw StripeErrors.EmptyParameter(param);
            }

            CheckValue(child, field.Spec, param, isAdded);
        }
    }

    private static bool IsAddedType(ParameterSpec.Hash declared, string name, Func<string, bool> isAdded) => declared.Fields.ContainsKey("card") && isAdded(name);

    private static void CheckValue(FormNode node, ParameterSpec spec, string param, Func<string, bool> isAdded)
    {
        // An empty text unsets an optional parameter, whatever its type.
        if (node.IsLeaf && node.Text!.Length == 0)
        {
            return;
        }

        switch (spec)
        {
            case ParameterSpec.Hash hash when node.IsLeaf:
                _ = hash;
                throw StripeErrors.Parameter($"Invalid hash", param, "parameter_invalid_hash");
            case ParameterSpec.Hash hash:
                CheckHash(node, hash, param, isAdded);
                return;
            case ParameterSpec.ListOf list:
                CheckList(node, list, param, isAdded);
                return;
            case ParameterSpec.Either either:
                CheckValue(node, node.IsLeaf ? either.Leaf : either.Tree, param, isAdded);
                return;
            case ParameterSpec.FreeHash:
                CheckFreeHash(node, param);
                return;
            case ParameterSpec.Anything:
                return;
            default:
                CheckLeaf(node, spec, param, isAdded);
                return;
        }
    }

    private static void CheckLeaf(FormNode node, ParameterSpec spec, string param, Func<string, bool> isAdded)
    {
        if (!node.IsLeaf)
        {
            throw StripeErrors.Parameter("Invalid string: expected a string, got a hash", param);
        }

        var text = node.Text!;
        switch (spec)
        {
            case ParameterSpec.Integer when !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _):
                throw StripeErrors.InvalidInteger(param, text);
            case ParameterSpec.Number when !decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _):
                throw StripeErrors.Parameter($"Invalid decimal: {text}", param, "parameter_invalid_decimal");
            case ParameterSpec.Flag when text is not ("true" or "false"):
                throw StripeErrors.Parameter($"Invalid boolean: {text}", param);
            case ParameterSpec.Choice choice when !choice.Values.Contains(text) && !(choice.Values.Contains("card") && isAdded(text)):
                throw StripeErrors.Parameter($"Invalid {LastName(param)}: must be one of {OneOf(choice.Values)}", param);
            case ParameterSpec.Text when text.Length > 5000:
                throw StripeErrors.Parameter($"Invalid string: {text[..10]}...; must be at most 5000 characters", param);
            default:
                return;
        }
    }

    private static void CheckList(FormNode node, ParameterSpec.ListOf list, string param, Func<string, bool> isAdded)
    {
        if (node.IsLeaf)
        {
            throw StripeErrors.Parameter("Invalid array", param);
        }

        foreach (var (index, item) in node.Children)
        {
            CheckValue(item, list.Item, $"{param}[{index}]", isAdded);
        }
    }

    /// <summary>Metadata limits: 50 keys of 40 characters, values of 500 characters.</summary>
    private static void CheckFreeHash(FormNode node, string param)
    {
        if (LastName(param) != "metadata")
        {
            return;
        }

        if (node.IsLeaf)
        {
            throw StripeErrors.Parameter("Invalid hash", param, "parameter_invalid_hash");
        }

        if (node.Children.Count > 50)
        {
            throw StripeErrors.Parameter($"Metadata can have at most 50 keys; you passed {node.Children.Count}", param);
        }

        foreach (var (name, value) in node.Children)
        {
            if (!value.IsLeaf)
            {
                throw StripeErrors.Parameter("Invalid metadata: values must be strings", Join(param, name));
            }

            if (name.Length > 40)
            {
                throw StripeErrors.Parameter("Metadata keys can have up to 40 characters", param);
            }

            if (value.Text!.Length > 500)
            {
                throw StripeErrors.Parameter("Metadata values can have up to 500 characters", Join(param, name));
            }
        }
    }

    private static string Join(string prefix, string name) => prefix.Length == 0 ? name : $"{prefix}[{name}]";

    private static string LastName(string param)
    {
        var open = param.LastIndexOf('[');
        return open < 0 ? param : param[(open + 1)..^1];
    }

    private static string OneOf(IReadOnlyList<string> values) => values.Count == 1
        ? values[0]
        : string.Join(", ", values.Take(values.Count - 1)) + ", or " + values[^1];
}

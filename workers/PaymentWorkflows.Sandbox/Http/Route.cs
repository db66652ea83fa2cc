using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Parameters;

namespace PaymentWorkflows.Sandbox.Http;

/// <summary>One endpoint.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Template">Path with <c>{id}</c> segments.</param>
/// <param name="Parameters">What it takes.</param>
/// <param name="Handle">Executes it.</param>
internal sealed record Route(string Method, string Template, ParameterSpec.Hash Parameters, Func<ApiCall, JsonObject> Handle)
{
    private readonly string[] segments = Template.Split('/');

    /// <summary>The ids of the path, or null when it is another endpoint's.</summary>
    public IReadOnlyList<string>? Match(string method, string[] path)
    {
        if (method != Method || path.Length != segments.Length)
        {
            return null;
        }

        var ids = new List<string>();
        for (var index = 0; index < path.Length; index++)
        {
            if (segments[index].StartsWith('{'))
            {
                ids.Add(Uri.UnescapeDataString(path[index]));
            }
            else if (segments[index] != path[index])
            {
                return null;
            }
        }

        return ids;
    }
}

namespace PaymentWorkflows.Sandbox.Wire;

/// <summary>One node of a bracketed form (<c>a[b][0]=x</c>): either a text or a set of named children, in the order sent.</summary>
internal sealed class FormNode
{
    private readonly List<KeyValuePair<string, FormNode>> children = [];

    /// <summary>The text of a leaf; null for a node with children.</summary>
    public string? Text { get; private set; }

    public IReadOnlyList<KeyValuePair<string, FormNode>> Children => children;

    public bool IsLeaf => Text is not null && children.Count == 0;

    public FormNode? this[string name] => children.LastOrDefault(child => child.Key == name).Value;

    /// <summary>Adds the text under the path; an empty segment (<c>a[]</c>) takes the next free index.</summary>
    public void Add(IReadOnlyList<string> path, string text)
    {
        var node = this;
        foreach (var segment in path)
        {
            var name = segment.Length == 0 ? node.children.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) : segment;
            var next = node[name];
            if (next is null)
            {
                next = new FormNode();
                node.children.Add(new(name, next));
            }

            node = next;
        }

        node.Text = text;
    }

    /// <summary>Replaces or adds one text at the top level; used by faults that execute another amount than was asked for.</summary>
    public void Replace(string name, string text)
    {
        children.RemoveAll(child => child.Key == name);
        Add([name], text);
    }

    /// <summary>Shares a child of another form.</summary>
    public void Take(string name, FormNode child) => children.Add(new(name, child));

    /// <summary>A text that is equal for equal parameters whatever their order.</summary>
    public string Canonical()
    {
        var leaves = new List<string>();
        Collect(string.Empty, leaves);
        leaves.Sort(StringComparer.Ordinal);
        return string.Join('&', leaves);
    }

    private void Collect(string prefix, List<string> leaves)
    {
        if (Text is not null)
        {
            leaves.Add($"{prefix}={Uri.EscapeDataString(Text)}");
        }

        foreach (var (name, child) in children)
        {
            child.Collect($"{prefix}[{Uri.EscapeDataString(name)}]", leaves);
        }
    }
}

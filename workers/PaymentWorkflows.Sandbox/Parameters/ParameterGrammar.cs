namespace PaymentWorkflows.Sandbox.Parameters;

/// <summary>Reads one line of <c>parameters.txt</c>: <c>name!:type</c>.</summary>
internal sealed class ParameterGrammar(string text)
{
    private int at;

    public (string Name, ParameterSpec.Field Field) ReadField()
    {
        var name = ReadWord();
        var required = Accept('!');
        Expect(':');
        return (name, new ParameterSpec.Field(ReadType(), required));
    }

    private ParameterSpec ReadType()
    {
        var first = ReadSingle();
        return Accept('|') ? new ParameterSpec.Either(first, ReadSingle()) : first;
    }

    private ParameterSpec ReadSingle()
    {
        if (Accept('['))
        {
            var item = ReadType();
            Expect(']');
            return new ParameterSpec.ListOf(item);
        }

        if (Accept('{'))
        {
            return ReadHash();
        }

        var word = ReadWord();
        return word switch
        {
            "string" => new ParameterSpec.Text(),
            "integer" => new ParameterSpec.Integer(),
            "number" => new ParameterSpec.Number(),
            "boolean" => new ParameterSpec.Flag(),
            "any" => new ParameterSpec.Anything(),
            "enum" => ReadChoice(),
            _ => throw new FormatException($"parameters.txt: unknown type '{word}' at {at} in '{text}'"),
        };
    }

    private ParameterSpec.Choice ReadChoice()
    {
        Expect('(');
        var end = text.IndexOf(')', at);
        var values = text[at..end].Split('|');
        at = end + 1;
        return new ParameterSpec.Choice(values);
    }

    private ParameterSpec ReadHash()
    {
        if (Accept('*'))
        {
            Expect('}');
            return new ParameterSpec.FreeHash();
        }

        var fields = new Dictionary<string, ParameterSpec.Field>(StringComparer.Ordinal);
        while (!Accept('}'))
        {
            Accept(' ');
            var (name, field) = ReadField();
            fields[name] = field;
        }

        return new ParameterSpec.Hash(fields);
    }

    private string ReadWord()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
        {
            at++;
        }

        return text[start..at];
    }

    private bool Accept(char expected)
    {
        if (at < text.Length && text[at] == expected)
        {
            at++;
            return true;
        }

        return false;
    }

    private void Expect(char expected)
    {
        if (!Accept(expected))
        {
            throw new FormatException($"parameters.txt: '{expected}' expected at {at} in '{text}'");
        }
    }
}

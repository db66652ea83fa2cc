using System.Globalization;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Lists;

/// <summary>A parsed search query: clauses joined all by AND or all by OR.</summary>
internal sealed record SearchQuery(IReadOnlyList<SearchClause> Clauses, bool AnyOf)
{
    public bool Matches(JsonObject value) =>
        AnyOf ? Clauses.Any(clause => clause.Matches(value)) : Clauses.All(clause => clause.Matches(value));

    /// <summary>Reads a query.</summary>
    /// <exception cref="StripeException">400 that says what is wrong with it.</exception>
    public static SearchQuery Parse(string query, SearchFields fields) => new Reader(query, fields).Read();

    private sealed class Reader(string query, SearchFields fields)
    {
        private int at;

        public SearchQuery Read()
        {
            var clauses = new List<SearchClause>();
            string? joiner = null;
            while (true)
            {
                SkipSpaces();
                clauses.Add(ReadClause());
                SkipSpaces();
                if (at == query.Length)
                {
                    return new SearchQuery(clauses, joiner == "OR");
                }

                // A space alone joins by AND.
                var word = PeekWord("AND") ?? PeekWord("OR") ?? "AND";
                at += PeekWord(word) is null ? 0 : word.Length;
                if (joiner is not null && joiner != word)
                {
                    throw Wrong("You cannot combine AND and OR in the same query.");
                }

                joiner = word;
            }
        }

        private SearchClause ReadClause()
        {
            var negated = at < query.Length && query[at] == '-';
            at += negated ? 1 : 0;
            var start = at;
            while (at < query.Length && (char.IsAsciiLetterOrDigit(query[at]) || query[at] is '_' or '.'))
            {
                at++;
            }

            var field = query[start..at];
            string? key = null;
            if (field == "metadata")
            {
                Expect('[');
                key = ReadQuoted();
                Expect(']');
            }

            var operation = ReadOperator();
            Check(field, operation);
            var value = ReadValue();
            if (operation is not (":" or "~") || (fields.Numbers.Contains(field) && value is not null))
            {
                CheckNumber(field, value);
            }

            return new SearchClause(negated, field, key, operation, value);
        }

        private void Check(string field, string operation)
        {
            if (field != "metadata" && !fields.All.Contains(field))
            {
                throw Wrong($"Field `{field}` is an unsupported search field for this resource. Supported: {string.Join(", ", fields.All)}.");
            }

            if (operation == "~" && !fields.Texts.Contains(field))
            {
                throw Wrong($"Field `{field}` does not support the operator ~.");
            }

            if (operation is not (":" or "~") && !fields.Numbers.Contains(field))
            {
                throw Wrong($"Field `{field}` does not support the operator {operation}: it is not numeric.");
            }
        }

        private static void CheckNumber(string field, string? value)
        {
            if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            {
                throw Wrong($"Field `{field}` is numeric; got '{value}'.");
            }
        }

        private string ReadOperator()
        {
            foreach (var operation in (string[])[">=", "<=", ":", "~", ">", "<"])
            {
                if (string.CompareOrdinal(query, at, operation, 0, operation.Length) == 0)
                {
                    at += operation.Length;
                    return operation;
                }
            }

            throw Wrong($"An operator (: ~ > < >= <=) is expected at position {at}.");
        }

        private string? ReadValue()
        {
            if (at < query.Length && query[at] is '"' or '\'')
            {
                return ReadQuoted();
            }

            var start = at;
            while (at < query.Length && !char.IsWhiteSpace(query[at]))
            {
                at++;
            }

            var word = query[start..at];
            return word.Equals("null", StringComparison.OrdinalIgnoreCase) ? null
                : word.Length > 0 ? word
                : throw Wrong($"A value is expected at position {start}.");
        }

        private string ReadQuoted()
        {
            if (at >= query.Length || query[at] is not ('"' or '\''))
            {
                throw Wrong($"A quoted text is expected at position {at}.");
            }

            var quote = query[at++];
            var text = new System.Text.StringBuilder();
            while (at < query.Length && query[at] != quote)
            {
                at += query[at] == '\\' && at + 1 < query.Length ? 1 : 0;
                text.Append(query[at++]);
            }

            Expect(quote);
            return text.ToString();
        }

        private string? PeekWord(string word)
        {
            var end = at + word.Length;
            return end < query.Length
                && string.Compare(query, at, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0
                && char.IsWhiteSpace(query[end])
                    ? word
                    : null;
        }

        private void SkipSpaces()
        {
            while (at < query.Length && char.IsWhiteSpace(query[at]))
            {
                at++;
            }
        }

        private void Expect(char expected)
        {
            if (at >= query.Length || query[at] != expected)
            {
                throw Wrong($"'{expected}' is expected at position {at}.");
            }

            at++;
        }

        private static StripeException Wrong(string message) =>
            StripeErrors.Parameter($"We were unable to parse your search query. {message}", "query");
    }
}

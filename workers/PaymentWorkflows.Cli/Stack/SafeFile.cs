namespace PaymentWorkflows.Cli.Stack;

/// <summary>Writes files that another process may read at any moment: the old text or the new, never a part.</summary>
internal static class SafeFile
{
    /// <exception cref="StackException">The disk is full or refuses.</exception>
    public static void Replace(string path, string text)
    {
        try
        {
            File.WriteAllText(path + ".new", text);
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StackException($"{path} cannot be written (is the disk full?): {e.Message}", e);
        }
    }
}

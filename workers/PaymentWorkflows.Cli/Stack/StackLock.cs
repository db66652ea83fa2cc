using System.Globalization;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>
/// Lets one stack run per data folder. The lock is an exclusively opened file, so the system releases it with the process that holds
/// it, however that ends. The file itself stays: deleting it would let two processes each lock a file of that name. A second file
/// tells others who the holder is.
/// </summary>
internal sealed class StackLock : IDisposable
{
    private readonly FileStream _file;
    private readonly string _holderFile;

    private StackLock(FileStream file, string holderFile) => (_file, _holderFile) = (file, holderFile);

    /// <summary>Takes the lock.</summary>
    /// <exception cref="StackException">Another process holds it.</exception>
    public static StackLock Take(StackFolders folders)
    {
        FileStream file;
        try
        {
            file = Open(folders);
        }
        catch (IOException) when (HolderOf(folders) is { } holder)
        {
            throw new StackException($"The stack is already running as pid {holder}: pay status shows it, pay stop ends it.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StackException($"{folders.LockFile} cannot be locked: {e.Message}", e);
        }

        try
        {
            SafeFile.Replace(folders.HolderFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new StackLock(file, folders.HolderFile);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The pid of the running stack, or null.</summary>
    public static int? HolderOf(StackFolders folders)
    {
        if (!File.Exists(folders.LockFile))
        {
            return null;
        }

        try
        {
            Open(folders).Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Read(folders.HolderFile);
        }
    }

    public void Dispose()
    {
        File.Delete(_holderFile);
        _file.Dispose();
    }

    private static FileStream Open(StackFolders folders) => new(folders.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);

    private static int? Read(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}

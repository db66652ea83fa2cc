using System.Globalization;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>
/// Lets one stack run per data folder. The lock is an exclusively opened file, so the system releases it with the process that holds
/// it, however that ends; the file's text only tells others who it is.
/// </summary>
internal sealed class StackLock : IDisposable
{
    private readonly FileStream _file;
    private readonly string _path;

    private StackLock(FileStream file, string path) => (_file, _path) = (file, path);

    /// <summary>Takes the lock.</summary>
    /// <exception cref="StackException">Another process holds it.</exception>
    public static StackLock Take(StackFolders folders)
    {
        while (true)
        {
            FileStream file;
            try
            {
                file = new FileStream(folders.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            }
            catch (IOException) when (HolderOf(folders) is { } holder)
            {
                throw new StackException($"The stack is already running as pid {holder}: pay status shows it, pay stop ends it.");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StackException($"{folders.LockFile} cannot be locked: {e.Message}", e);
            }

            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();

            // A holder that ended meanwhile may have deleted the file between the open and the lock; then this lock is of no file.
            if (Read(folders.LockFile) == Environment.ProcessId)
            {
                return new StackLock(file, folders.LockFile);
            }

            file.Dispose();
        }
    }

    /// <summary>The pid of the running stack, or null.</summary>
    public static int? HolderOf(StackFolders folders)
    {
        try
        {
            using var probe = new FileStream(folders.LockFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Read(folders.LockFile);
        }
    }

    public void Dispose()
    {
        File.Delete(_path);
        _file.Dispose();
    }

    private static int? Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            return int.TryParse(reader.ReadToEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}

using QRCoder;

namespace PaymentWorkflows.Sandbox.HostedPages;

/// <summary>Pictures of a code to scan.</summary>
internal static class QrImages
{
    private const int ModulePixels = 6;

    public static byte[] Png(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var code = new PngByteQRCode(data);
        return code.GetGraphic(ModulePixels);
    }

    public static string Svg(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var code = new SvgQRCode(data);
        return code.GetGraphic(ModulePixels);
    }
}

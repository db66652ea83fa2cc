namespace PaymentWorkflows.Domain;

/// <summary>Active ISO 4217 currencies by their minor units. Source: ISO 4217 list one, by datasets/currency-codes (PDDL).</summary>
internal static class Iso4217
{
    private static readonly (int Digits, string Codes)[] Table =
    [
        (0, "bif clp djf gnf isk jpy kmf krw pyg rwf ugx uyi vnd vuv xaf xof xpf"),
        (2, "aed afn all amd aoa ars aud awg azn bam bbd bdt bmd bnd bob bov brl bsd btn bwp byn bzd cad cdf " +
            "che chf chw cny cop cou crc cup cve czk dkk dop dzd egp ern etb eur fjd fkp gbp gel ghs gip gmd " +
            "gtq gyd hkd hnl htg huf idr ils inr irr jmd kes kgs khr kpw kyd kzt lak lbp lkr lrd lsl mad mdl " +
            "mga mkd mmk mnt mop mru mur mvr mwk mxn mxv myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr " +
            "pln qar ron rsd rub sar sbd scr sdg sek sgd shp sle sos srd ssp stn svc syp szl thb tjs tmt top " +
            "try ttd twd tzs uah usd usn uyu uzs ved ves wst xad xcd xcg yer zar zmw zwg"),
        (3, "bhd iqd jod kwd lyd omr tnd"),
        (4, "clf uyw"),
    ];

    /// <summary>Lower-case code to number of minor digits.</summary>
    internal static readonly IReadOnlyDictionary<string, int> MinorDigits = Table
        .SelectMany(row => row.Codes.Split(' ').Select(code => (code, row.Digits)))
        .ToDictionary(entry => entry.code, entry => entry.Digits, StringComparer.Ordinal);
}

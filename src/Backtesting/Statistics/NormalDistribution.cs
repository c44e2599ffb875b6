namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>The standard normal distribution.</summary>
public static class NormalDistribution
{
    /// <summary>
    /// Φ(x), to 13 digits of the number itself: Hart's algorithm 5666 as in G. West, "Better approximations to cumulative normal functions"
    /// (2005), and Laplace's continued fraction in the tails, where the former is exact only after the point.
    /// </summary>
    public static double Cumulative(double x)
    {
        var a = Math.Abs(x);
        var tail = a < 3
            ? Math.Exp(-a * a / 2)
                * Polynomial(a, 3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931, 220.206867912376)
                / Polynomial(a, 8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752)
            : Tail(a);
        return x > 0 ? 1 - tail : tail;
    }

    /// <summary>φ(a) / (a + 1 / (a + 2 / (a + 3 / …))); with 40 terms exact from 3 on.</summary>
    private static double Tail(double a)
    {
        var fraction = a;
        for (var term = 40; term > 0; term--) fraction = a + (term / fraction);
        return Density(a) / fraction;
    }

    /// <summary>φ(x).</summary>
    public static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>The x with Φ(x) = <paramref name="p"/>, to about 15 digits: M. J. Wichura, algorithm AS 241, PPND16 (1988).</summary>
    /// <exception cref="ArgumentOutOfRangeException">p is not between 0 and 1.</exception>
    public static double Quantile(double p)
    {
        if (!(p > 0 && p < 1)) throw new ArgumentOutOfRangeException(nameof(p), p, $"p {p} must be above 0 and below 1; a certainty has no quantile.");
        var q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            var s = 0.180625 - (q * q);
            return q
                * Polynomial(s, 2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080)
                / Polynomial(s, 5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4, 5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1);
        }

        var r = Math.Sqrt(-Math.Log(q < 0 ? p : 1 - p));
        var x = r <= 5
            ? Polynomial(r - 1.6, 7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258, 3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734)
                / Polynomial(r - 1.6, 1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940, 2.05319162663775882187, 1)
            : Polynomial(r - 5, 2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720)
                / Polynomial(r - 5, 2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1);
        return q < 0 ? -x : x;
    }

    /// <summary>Horner's rule, the highest power first.</summary>
    private static double Polynomial(double x, params ReadOnlySpan<double> coefficients)
    {
        var sum = 0.0;
        foreach (var c in coefficients) sum = (sum * x) + c;
        return sum;
    }
}

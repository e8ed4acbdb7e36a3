import java.io.FileInputStream;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateRevokedException;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * java check-revocation.java ocsp|crl ROOT.pem CERTIFICATE.pem... : validates the path, end entity
 * first, with the JDK's own revocation checker, which finds OCSP responders and CRLs by what stands
 * in the certificates. Prints `valid`, or why it is not.
 */
public final class CheckRevocation {
  public static void main(String[] args) throws Exception {
    List<X509Certificate> path = new ArrayList<>();
    for (int i = 2; i < args.length; i++) path.add(read(args[i]));
    CertPathValidator validator = CertPathValidator.getInstance("PKIX");
    PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
    EnumSet<Option> options = EnumSet.of(Option.NO_FALLBACK);
    if (args[0].equals("crl")) options.add(Option.PREFER_CRLS);
    checker.setOptions(options);
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(read(args[1]), null)));
    parameters.addCertPathChecker(checker);
    try {
      validator.validate(factory().generateCertPath(path), parameters);
      System.out.println("valid");
    } catch (CertPathValidatorException e) {
      System.out.println("invalid: " + e.getReason() + " at " + e.getIndex());
      if (e.getCause() instanceof CertificateRevokedException revoked)
        System.out.println(revoked.getRevocationReason() + " " + revoked.getRevocationDate().toInstant());
    }
  }

  private static X509Certificate read(String file) throws Exception {
    try (FileInputStream in = new FileInputStream(file)) {
      return (X509Certificate) factory().generateCertificate(in);
    }
  }

  private static CertificateFactory factory() throws Exception {
    return CertificateFactory.getInstance("X.509");
  }
}

/** Where the certificate of an instance and its key lie. */
export const INSTANCE_CERTIFICATE = {
  certificate: '/etc/nginx/tls/instance.crt',
  key: '/etc/nginx/tls/instance.key',
} as const

/**
 * The part of the user data that makes a certificate for TLS between balancer and instance. A balancer encrypts, and
 * doesn't check whom it speaks to: inside a VPC its packets reach nobody else. So no authority has to sign, and the key
 * never leaves the instance.
 *
 * @see Elastic Load Balancing User Guide for Application Load Balancers "Target groups", "Routing configuration"
 */
export const selfSignedScript = `retry dnf install -y -q openssl
install -d -m 700 /etc/nginx/tls
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=instance \\
  -keyout ${INSTANCE_CERTIFICATE.key} -out ${INSTANCE_CERTIFICATE.certificate}
`

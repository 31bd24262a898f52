/** Certificates in one answer of ListCertificates. @see ACM API Reference, "ListCertificates" */
export const MAX_ITEMS = 1000

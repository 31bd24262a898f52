/** A record set as `aws route53 list-resource-record-sets` prints it. */
export interface RecordSet {
  readonly Name: string
  readonly Type: string
  readonly ResourceRecords?: readonly { readonly Value: string }[]
}

/**
 * The records that prove to ACM who owns the domain. CloudFormation writes them with the certificate but does not take
 * them away with it, and a zone with records in it cannot be deleted.
 *
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/837
 */
export const validationRecords = (records: readonly RecordSet[]): readonly RecordSet[] =>
  records.filter(
    ({ Name, Type, ResourceRecords = [] }) =>
      Type === 'CNAME' &&
      Name.startsWith('_') &&
      ResourceRecords.length > 0 &&
      ResourceRecords.every(({ Value }) => /\.acm-validations\.aws\.?$/.test(Value)),
  )

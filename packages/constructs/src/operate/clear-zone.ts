import { type AwsCli, AwsCliError } from './aws-cli.ts'

/** A record set as `aws route53 list-resource-record-sets` prints it. */
export interface RecordSet {
  readonly Name: string
  readonly Type: string
  readonly ResourceRecords?: readonly { readonly Value: string }[]
}

/**
 * Removes from a stack's hosted zone the records that prove to ACM who owns the domain. CloudFormation writes them with
 * the certificate but does not take them away with it, and a zone with records in it cannot be deleted.
 *
 * @param stack  has an output `HostedZoneId`; one that is not there has nothing to clear
 * @returns how many there were
 * @throws AwsCliError
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/837
 */
export function clearZone(stack: string, aws: AwsCli): number {
  const zoneId = zoneOf(stack, aws)
  if (!zoneId) return 0
  const records = aws<{ readonly ResourceRecordSets: readonly RecordSet[] }>([
    ...['route53', 'list-resource-record-sets', '--hosted-zone-id', zoneId],
  ])
  const proofs = validationRecords(records.ResourceRecordSets)
  if (proofs.length > 0) {
    const Changes = proofs.map(ResourceRecordSet => ({ Action: 'DELETE', ResourceRecordSet }))
    aws(['route53', 'change-resource-record-sets'], { HostedZoneId: zoneId, ChangeBatch: { Changes } })
  }
  return proofs.length
}

/** Those of a zone's records that prove the domain to ACM. */
export const validationRecords = (records: readonly RecordSet[]): readonly RecordSet[] =>
  records.filter(
    ({ Name, Type, ResourceRecords = [] }) =>
      Type === 'CNAME' &&
      Name.startsWith('_') &&
      ResourceRecords.length > 0 &&
      ResourceRecords.every(({ Value }) => /\.acm-validations\.aws\.?$/.test(Value)),
  )

function zoneOf(stack: string, aws: AwsCli): string | null {
  try {
    return aws<string | null>([
      ...['cloudformation', 'describe-stacks', '--stack-name', stack],
      ...['--query', "Stacks[0].Outputs[?OutputKey=='HostedZoneId'].OutputValue | [0]"],
    ])
  } catch (error) {
    if (error instanceof AwsCliError && error.code === 'ValidationError') return null
    throw error
  }
}

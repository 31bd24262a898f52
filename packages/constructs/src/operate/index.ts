export { type AwsCli, AwsCliError, awsCli } from './aws-cli.ts'
export { clearZone, type RecordSet, validationRecords } from './clear-zone.ts'
export { type Destruction, destroy } from './destroy.ts'
export { makeSecureParameters } from './make-secure-parameters.ts'

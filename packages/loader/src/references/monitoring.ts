import type { IdentityTable, Subject } from './identity.ts'
import { arn, generatedName, nameOf, uuid } from './ids.ts'

const alarmName = nameOf('AlarmName')
const alarm = {
  ref: alarmName,
  attributes: { Arn: (s: Subject) => arn(s, 'cloudwatch', `alarm:${alarmName(s)}`) },
} as const
const logGroup = nameOf('LogGroupName')
const trail = nameOf('TrailName')
const vault = nameOf('BackupVaultName')
const rule = nameOf('ConfigRuleName')
const samplingRuleArn = (s: Subject) => arn(s, 'xray', `sampling-rule/${samplingRuleName(s)}`)
const groupArn = (s: Subject) =>
  arn(s, 'xray', `group/${s.text('GroupName') ?? ''}/${s.characters('group', 32).toUpperCase()}`)

/** Of `AWS::XRay::SamplingRule`: it may stand in two places. */
export const samplingRuleName = (subject: Subject): string =>
  subject.text('SamplingRule.RuleName') ?? subject.text('RuleName') ?? generatedName(subject, { most: 32 })

/** CloudWatch, CloudWatch Logs, X-Ray, CloudTrail, Config and Backup. */
export const monitoring: IdentityTable = {
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': alarm,
  'AWS::CloudWatch::Dashboard': { ref: nameOf('DashboardName') },
  'AWS::Logs::LogGroup': { ref: logGroup, attributes: { Arn: s => arn(s, 'logs', `log-group:${logGroup(s)}:*`) } },
  'AWS::Logs::LogStream': { ref: nameOf('LogStreamName') },
  'AWS::Logs::MetricFilter': { ref: nameOf('FilterName') },
  'AWS::Logs::SubscriptionFilter': { ref: nameOf('FilterName') },
  'AWS::XRay::Group': { ref: groupArn, attributes: { GroupARN: groupArn } },
  'AWS::XRay::SamplingRule': { ref: samplingRuleArn, attributes: { RuleARN: samplingRuleArn } },
  'AWS::CloudTrail::Trail': {
    ref: trail,
    attributes: { Arn: s => arn(s, 'cloudtrail', `trail/${trail(s)}`), SnsTopicArn: () => undefined },
  },
  'AWS::Config::ConfigRule': {
    ref: rule,
    attributes: {
      Arn: s => arn(s, 'config', `config-rule/config-rule-${s.characters('rule', 6)}`),
      ConfigRuleId: s => `config-rule-${s.characters('rule', 6)}`,
      'Compliance.Type': () => undefined,
    },
  },
  'AWS::Config::ConfigurationRecorder': { ref: nameOf('Name') },
  'AWS::Config::DeliveryChannel': { ref: nameOf('Name') },
  'AWS::Backup::BackupVault': {
    ref: vault,
    attributes: { BackupVaultName: vault, BackupVaultArn: s => arn(s, 'backup', `backup-vault:${vault(s)}`) },
  },
  'AWS::Backup::BackupPlan': {
    ref: uuid,
    attributes: {
      BackupPlanId: uuid,
      BackupPlanArn: s => arn(s, 'backup', `backup-plan:${uuid(s)}`),
      VersionId: generatedName,
    },
  },
  'AWS::Backup::BackupSelection': {
    ref: s => `${s.text('BackupPlanId') ?? ''}_${uuid(s)}`,
    attributes: { Id: uuid, SelectionId: uuid, BackupPlanId: s => s.text('BackupPlanId') },
  },
}

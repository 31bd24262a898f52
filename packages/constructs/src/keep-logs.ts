import { CfnLogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IConstruct } from 'constructs'

/** Keeps all log groups of a scope for this long, instead of a month each. Call it when all of them are there. */
export function keepLogsFor(scope: IConstruct, days: RetentionDays): void {
  for (const child of scope.node.findAll()) if (child instanceof CfnLogGroup) child.retentionInDays = days
}

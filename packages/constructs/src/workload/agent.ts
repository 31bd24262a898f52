import type { Stack } from 'aws-cdk-lib'
import type { AgentConfiguration } from './options.ts'

const FOLDER = '/opt/aws/amazon-cloudwatch-agent'
const FILE = `${FOLDER}/etc/amazon-cloudwatch-agent.json`

/**
 * The part of the user data that installs and starts the CloudWatch agent. The role needs `cloudwatch:PutMetricData`.
 *
 * @throws when an interval is shorter than 10 s
 * @see CloudWatch User Guide "Install the CloudWatch agent", "Start the CloudWatch agent"
 */
export function agentScript(stack: Stack, configuration: AgentConfiguration): string {
  const { agent, metrics } = configuration
  const sections = Object.values(metrics.metrics_collected)
  for (const interval of [agent, ...sections].map(each => each?.metrics_collection_interval)) {
    if (interval === undefined || (Number.isInteger(interval) && interval >= 10)) continue
    throw new Error(`the CloudWatch agent: an interval of ${interval} s is not possible; give 10 s or more`)
  }
  return `retry dnf install -y -q amazon-cloudwatch-agent
cat > ${FILE} <<'TERRACE_AGENT'
${stack.toJsonString(configuration)}
TERRACE_AGENT
${FOLDER}/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c file:${FILE}
`
}

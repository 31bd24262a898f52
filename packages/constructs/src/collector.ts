import type { Stack } from 'aws-cdk-lib'
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IConstruct } from 'constructs'
import { acknowledgeWildcards } from './acknowledge.ts'
import { publicImage, type RunnableImage } from './runnable-image.ts'
import { TRACES_ENDPOINT } from './site/nginx-traces.ts'

/** The collector of the AWS Distro for OpenTelemetry. */
export const COLLECTOR_IMAGE: RunnableImage = publicImage('public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3')

/** Where it takes spans by OTLP/HTTP, from its own host alone; by gRPC one port below. */
export const COLLECTOR_PORT = 4318

/** `OTEL_EXPORTER_OTLP_ENDPOINT` of what runs beside it. */
export const COLLECTOR_ENDPOINT = `http://127.0.0.1:${COLLECTOR_PORT}`

/**
 * The environment of a collector that takes spans from its own host and gives them to X-Ray with the role that it finds.
 * It keeps little: when X-Ray is away, spans are dropped, not requests.
 *
 * @see aws-otel.github.io "Configure AWS Distro for OpenTelemetry", `AOT_CONFIG_CONTENT`
 */
export const collectorEnvironment = ({ region }: Pick<Stack, 'region'>): Readonly<Record<string, string>> => ({
  AWS_REGION: region,
  AOT_CONFIG_CONTENT: `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: ${TRACES_ENDPOINT}
      http:
        endpoint: 127.0.0.1:${COLLECTOR_PORT}
processors:
  memory_limiter:
    check_interval: 1s
    limit_mib: 96
  batch:
    timeout: 2s
exporters:
  awsxray:
    region: ${region}
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [awsxray]
`,
})

/**
 * Lets a role give spans to X-Ray, and ask it how many it wants.
 *
 * @param scope  what carries the finding of cdk-nag
 * @see Service Authorization Reference "Actions, resources, and condition keys for AWS X-Ray"
 */
export function allowTracing(scope: IConstruct, grantee: IGrantable): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      sid: 'Traces',
      actions: [
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
      ],
      resources: ['*'],
    }),
  )
  acknowledgeWildcards(scope, 'The calls that traces take have no resource that a policy could name.', ['Resource::*'])
}

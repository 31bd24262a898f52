import { App, type AppProps } from 'aws-cdk-lib'

export interface SystemAppProps extends Pick<AppProps, 'outdir' | 'context'> {
  /**
   * Run CDK's own rules over the template, which takes longer than everything else together. Default false: tests do,
   * with cfn-lint and cdk-nag beside it.
   */
  readonly validate?: boolean
}

/**
 * A CDK app that writes the same template however it is run, by `node app.ts` or by the CDK's command: construct paths
 * are always in the template, usage reporting never, and the feature flags that our constructs count on are set here
 * rather than in a file that only one of the two reads.
 */
export function systemApp(props: SystemAppProps = {}): App {
  const { outdir, context, validate = false } = props
  return new App({
    outdir,
    analyticsReporting: false,
    builtinCloudFormationValidation: validate,
    context: { ...FLAGS, ...context },
    postCliContext: {
      'aws:cdk:enable-path-metadata': true,
      'aws:cdk:enable-asset-metadata': true,
    },
  })
}

/** @see https://docs.aws.amazon.com/cdk/v2/guide/featureflags.html */
const FLAGS = {
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  '@aws-cdk/core:checkSecretUsage': true,
  '@aws-cdk/core:enablePartitionLiterals': true,
  '@aws-cdk/core:target-partitions': ['aws'],
}

import { digest } from '@terrace/kit'

/**
 * The public SSM parameters that templates read, by the beginning of their names. An image's id is made up: what runs
 * here comes from the workload, never from a machine image.
 *
 * @see "Calling AMI public parameters in Parameter Store" in the AWS Systems Manager User Guide
 */
const PUBLIC_PARAMETERS: readonly { readonly prefix: string; readonly value: (name: string) => string }[] = [
  // New enough for every version that a CDK template asks for.
  { prefix: '/cdk-bootstrap/', value: () => '999' },
  { prefix: '/aws/service/ami-amazon-linux-latest/', value: imageId },
  { prefix: '/aws/service/ami-windows-latest/', value: imageId },
  { prefix: '/aws/service/canonical/ubuntu/', value: imageId },
  { prefix: '/aws/service/debian/release/', value: imageId },
  { prefix: '/aws/service/bottlerocket/', value: imageId },
  { prefix: '/aws/service/ecs/optimized-ami/', value: imageId },
  { prefix: '/aws/service/eks/optimized-ami/', value: imageId },
]

function imageId(name: string): string {
  return `ami-${digest(`ssm:${name}`, 17)}`
}

/** The value of a public SSM parameter, the same at every load; nothing for any other name. */
export function publicSsmParameter(name: string): string | undefined {
  return PUBLIC_PARAMETERS.find(({ prefix }) => name.startsWith(prefix))?.value(name)
}

import { digest } from '@terrace/kit'

/** Beginnings of the names of AWS's own image parameters. Systems Manager User Guide "Calling AMI public parameters". */
const IMAGES: readonly string[] = [
  '/aws/service/ami-amazon-linux-latest/',
  '/aws/service/ami-windows-latest/',
  '/aws/service/bottlerocket/',
  '/aws/service/canonical/ubuntu/',
  '/aws/service/debian/release/',
  '/aws/service/ecs/optimized-ami/',
  '/aws/service/eks/optimized-ami/',
]

/**
 * The value of a public parameter: an image id that is made up from the name, the same that a template gets for it.
 * Nothing for any other name.
 */
export function publicParameter(name: string): string | undefined {
  return IMAGES.some(prefix => name.startsWith(prefix)) ? `ami-${digest(`ssm:${name}`, 17)}` : undefined
}

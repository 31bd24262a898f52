import type { Machine } from '@terrace/model'
import { publicSsmParameter } from '../parameters/public-ssm.ts'
import type { BuildContext } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

const AMAZON_LINUX_2023 = ['al2023-ami', 'al2023-ami-minimal', 'al2023-ami-ecs-hvm'].flatMap(family =>
  ['kernel-default', 'kernel-6.1', 'kernel-6.12', 'kernel-6.18'].flatMap(kernel =>
    ['x86_64', 'arm64'].map(architecture => `/aws/service/ami-amazon-linux-latest/${family}-${kernel}-${architecture}`),
  ),
)

/** Images that ask for IMDSv2 by themselves: their launches take tokens alone and let an answer take two hops. */
const IMDSV2_IMAGES = new Set(AMAZON_LINUX_2023.map(publicSsmParameter))

/**
 * How the metadata service answers. What the launch leaves open is decided by the image, and then by EC2's defaults.
 *
 * @see "Order of precedence for instance metadata options" in the EC2 User Guide
 * differs: images other than Amazon Linux 2023 from its public parameters are taken for those without IMDSv2 support
 */
export function metadataOptionsOf(
  context: BuildContext,
  reader: PropertyReader,
  imageId: string,
): Pick<Machine, 'imdsv2Required' | 'metadataHopLimit' | 'metadataDisabled'> {
  const options = reader.object('MetadataOptions')
  options?.withoutEffect({ HttpProtocolIpv6: 'nothing here has an address of version 6' })
  if (options?.oneOf('InstanceMetadataTags', ['disabled', 'enabled']) === 'enabled') {
    const key = 'InstanceMetadataTags'
    context.gap('property', options.pathOf(key), options.placeOf(key).line, 'instance metadata has no tags here')
  }
  const byImage = IMDSV2_IMAGES.has(imageId)
  const tokens = options?.oneOf('HttpTokens', ['optional', 'required'])
  const disabled = options?.oneOf('HttpEndpoint', ['enabled', 'disabled']) === 'disabled'
  return {
    imdsv2Required: tokens === undefined ? byImage : tokens === 'required',
    metadataHopLimit: options?.number('HttpPutResponseHopLimit', { least: 1, most: 64 }) ?? (byImage ? 2 : 1),
    ...(disabled ? { metadataDisabled: true } : {}),
  }
}

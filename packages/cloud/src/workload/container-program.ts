import type { ContainerDefinition, ContainerImage } from '@terrace/model'
import type { HostedProcessSpec } from './host.ts'

/**
 * What a container runs: the definition's entry point and command in place of the image's. Who replaces the entry point
 * drops the image's command, too.
 *
 * @param options.portsFree  it runs beside another process and must not take that one's port
 * @see Docker documentation, "Dockerfile reference", how CMD and ENTRYPOINT interact
 */
export function programOfContainer(
  { image, entryPoint, command, workingDirectory }: ContainerDefinition,
  { portsFree = false }: { readonly portsFree?: boolean } = {},
): HostedProcessSpec['program'] {
  const words = wordsOf(image, entryPoint, command)
  return {
    kind: 'image',
    image: portsFree ? withoutPort(image) : image,
    ...(words === undefined ? {} : { command: words }),
    ...(workingDirectory === undefined ? {} : { workingDirectory }),
  }
}

function wordsOf(
  image: ContainerImage,
  entryPoint: readonly string[] | undefined,
  command: readonly string[] | undefined,
): readonly string[] | undefined {
  if (entryPoint) return [...entryPoint, ...(command ?? [])]
  if (command) return [...(image.kind === 'directory' ? image.entryPoint : []), ...command]
  return undefined
}

function withoutPort(image: ContainerImage): ContainerImage {
  if (image.kind !== 'directory') return image
  const { exposedPort: _, ...rest } = image
  return rest
}

/** What a container listens on, as it is told by `PORT`: its own variable, else the first of its ports. */
export function portOfContainer({ environment, ports }: ContainerDefinition): number | undefined {
  const told = Number(environment.PORT)
  return Number.isInteger(told) && told > 0 ? told : ports[0]
}

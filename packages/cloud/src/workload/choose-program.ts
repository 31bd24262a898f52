import type { DirectoryImage } from '@terrace/model'
import { installCommand } from '../programs/programs.ts'
import type { HostedProcessSpec } from './host.ts'
import { LaunchFailure } from './launch-failure.ts'
import { type ImageProgram, programOf } from './program-of.ts'

/** What is started for a process of a workload. */
export type ChosenProgram =
  | (Extract<ImageProgram, { kind: 'node' }> & { readonly image: DirectoryImage })
  /** The inside of the `http` block of a configuration. */
  | { readonly kind: 'nginx'; readonly configuration: string }
  | { readonly kind: 'nginxImage'; readonly image: DirectoryImage }
  | { readonly kind: 'postgres'; readonly dataFolder: string }
  | { readonly kind: 'collector'; readonly words: readonly string[]; readonly for: string }
  | { readonly kind: 'standIn'; readonly for: string }

/** What of this machine decides it. */
export interface ProgramChoices {
  /** Replaces what can't run here by a placeholder that says so. */
  readonly standIns: boolean
  /** Whether NGINX is on this machine. */
  readonly hasNginx: boolean
}

/**
 * Chooses what runs in the place of a process.
 *
 * @throws LaunchFailure when nothing can, with the way out
 */
export function chooseProgram(
  { name, program }: Pick<HostedProcessSpec, 'name' | 'program'>,
  { standIns, hasNginx }: ProgramChoices,
): ChosenProgram {
  const otherwise = (what: string, message: string): ChosenProgram => {
    if (standIns) return { kind: 'standIn', for: what }
    throw new LaunchFailure({ kind: 'program', name }, { kind: 'notHere', message })
  }
  const noNginx = `NGINX is not installed on this machine: ${installCommand('nginx')}`
  if (program.kind === 'nginx') {
    return hasNginx ? { kind: 'nginx', configuration: program.configuration } : otherwise('nginx', noNginx)
  }
  if (program.kind === 'postgres') return program
  const { image } = program
  const found = programOf(image, program.command, program.workingDirectory)
  if (found.kind === 'node' && image.kind === 'directory') return { ...found, image }
  if (found.kind === 'nginx' && image.kind === 'directory') {
    return hasNginx ? { kind: 'nginxImage', image } : otherwise(image.uri, noNginx)
  }
  if (found.kind === 'collector') return { ...found, for: image.uri }
  const because = found.kind === 'notHere' ? found.because : 'nothing is known of it'
  return otherwise(image.uri, `the image ${image.uri} can't run here: ${because}`)
}

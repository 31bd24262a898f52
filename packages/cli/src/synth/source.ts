import type { Context } from '../context.ts'
import type { Target } from '../target/target.ts'
import { synthesize } from './synth.ts'

/** What the loader reads, as its own `Target` type has it. */
export type Source =
  | { readonly kind: 'template'; readonly file: string }
  | { readonly kind: 'assembly'; readonly directory: string }

/** Turns a target into something that can be loaded; a CDK app is synthesized when needed. */
export async function sourceOf(
  target: Target,
  said: Readonly<Record<string, string>>,
  context: Context,
): Promise<{ readonly source: Source; readonly cached: boolean }> {
  switch (target.kind) {
    case 'template':
      return { source: { kind: 'template', file: target.path }, cached: true }
    case 'assembly':
      return { source: { kind: 'assembly', directory: target.path }, cached: true }
    case 'app': {
      const { directory, cached } = await synthesize(target, said, context.environment)
      return { source: { kind: 'assembly', directory }, cached }
    }
  }
}

import { type BundledProgram, bundledProgram } from '@terrace/service/testing'
import { bundleApp } from '../bundle.ts'
import { SESSION_SECRET } from './running-notes.ts'

/** The application as it is deployed; its processes take any free port and share a secret. */
export async function startBundle(): Promise<BundledProgram> {
  const program = await bundledProgram('notes', bundleApp)
  return { ...program, start: environment => program.start({ PORT: '0', SESSION_SECRET, ...environment }) }
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemApp } from '@terrace/constructs'
import { load } from '@terrace/loader'
import type { Architecture } from '@terrace/model'
import type { QuizOptions } from '../../../systems/quiz/props.ts'
import { QuizStack } from '../../../systems/quiz/stack.ts'

/** The system as its template describes it, with stand-ins for what is built: only its policies and sizes are looked at. */
export async function quizWith(options: QuizOptions): Promise<Architecture> {
  const folder = mkdtempSync(join(tmpdir(), 'flapping-'))
  try {
    const directory = join(folder, 'cdk.out')
    const app = systemApp({ outdir: directory })
    const standIn = (name: string, file: string, text = '') => {
      mkdirSync(join(folder, name))
      writeFileSync(join(folder, name, file), text)
      return join(folder, name)
    }
    new QuizStack(app, 'quiz', {
      env: { region: 'us-east-1' },
      site: standIn('site', 'Dockerfile', IMAGE),
      cutout: standIn('cutout', 'Dockerfile', IMAGE),
      pages: standIn('pages', 'main.html'),
      guard: standIn('guard', 'main.mjs'),
      ...options,
    })
    app.synth()
    return await load({ kind: 'assembly', directory })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const IMAGE = 'FROM node:24-slim\nCMD ["node", "main.js"]\n'

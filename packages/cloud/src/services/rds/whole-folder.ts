import { existsSync } from 'node:fs'
import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Makes a folder a copy of another one in which nothing runs. */
export async function copyDataFolder(from: string, to: string): Promise<void> {
  await whole(to, unfinished => cp(from, unfinished, { recursive: true }))
}

/** Fills a folder under another name first: under its own it is either whole or not there. */
export async function whole(folder: string, fill: (unfinished: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 })
  const unfinished = `${folder}.unfinished-${process.pid}`
  await rm(unfinished, { recursive: true, force: true })
  await fill(unfinished)
  try {
    await rename(unfinished, folder)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // Another Terrace may have made the same template meanwhile.
    if (!existsSync(folder)) throw error
  }
}

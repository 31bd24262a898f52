import { type BundledProgram, bundledProgram } from '@terrace/service/testing'
import { bundleApi } from '../bundle.ts'

/** The API and the worker as they are deployed: one bundle for both. */
export const startBundle = (): Promise<BundledProgram> => bundledProgram('shop', bundleApi)

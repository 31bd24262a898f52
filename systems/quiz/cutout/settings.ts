import { availableParallelism } from 'node:os'
import { readConfig, serverVariables, wholeNumberVariable } from '@terrace/service'
import * as z from 'zod'

/** Jobs that may wait for each worker. */
const QUEUE_PER_WORKER = 8

/** The service's own environment. */
const variables = {
  ...serverVariables(8000),
  /** Pictures worked on at once; as many as there are processors. */
  CUTOUT_WORKERS: wholeNumberVariable(1, 64, Math.min(64, availableParallelism())),
  /** Pictures that may wait; eight for each worker when it is not set. */
  CUTOUT_QUEUE: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'expected a whole number from 1 to 9999')
    .transform(Number)
    .optional(),
  /** A neural model; without it GrabCut does the work. */
  CUTOUT_MODEL: z
    .string()
    .regex(/^(?:\/.+|s3:\/\/[a-z0-9.-]{3,63}\/.+)$/, 'expected /absolute/file.onnx or s3://bucket/key.onnx')
    .optional(),
}

/** What the environment says. */
export interface CutoutSettings {
  readonly host: string
  readonly port: number
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly workers: number
  /** Most jobs that wait. */
  readonly capacity: number
  /** Absolute path or `s3://bucket/key` of an ONNX file. */
  readonly model: string | undefined
}

/** @throws TerraceError `SERVICE_BAD_CONFIG`, naming every variable that is wrong */
export function cutoutSettings(environment: Readonly<Record<string, string | undefined>>): CutoutSettings {
  const { HOST, PORT, LOG_LEVEL, CUTOUT_WORKERS, CUTOUT_QUEUE, CUTOUT_MODEL } = readConfig(variables, environment)
  return {
    host: HOST,
    port: PORT,
    logLevel: LOG_LEVEL,
    workers: CUTOUT_WORKERS,
    capacity: CUTOUT_QUEUE ?? QUEUE_PER_WORKER * CUTOUT_WORKERS,
    model: CUTOUT_MODEL,
  }
}

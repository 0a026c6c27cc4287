/**
 * For the environment of a process that gets no other variable of ours: it takes its compiled code from where the test
 * command keeps it. Hundreds of processes start, and half of what a short one costs is compiling the same files again.
 */
export const COMPILED: { readonly NODE_COMPILE_CACHE?: string } = process.env.NODE_COMPILE_CACHE
  ? { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }
  : {}

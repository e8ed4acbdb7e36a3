export declare const CHECK_PROGRAM: string;
/** Rejects where esbuild is not installed or the source is broken. */
export declare function bundleCheckProgram(): Promise<string>;
export declare function writeCheckProgram(): Promise<void>;

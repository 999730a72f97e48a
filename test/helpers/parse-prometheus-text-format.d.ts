/** The package comes without types. */
declare module "parse-prometheus-text-format" {
  interface Sample {
    labels?: Record<string, string>;
    /** Of a counter or a gauge. */
    value?: string;
    /** Of a histogram: upper bound → how many. */
    buckets?: Record<string, string>;
    count?: string;
    sum?: string;
  }

  export interface MetricFamily {
    name: string;
    help: string;
    type: "COUNTER" | "GAUGE" | "HISTOGRAM" | "SUMMARY" | "UNTYPED";
    metrics: Sample[];
  }

  export default function parse(text: string): MetricFamily[];
}

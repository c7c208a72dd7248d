{{- /* Takes what service.pod takes, but for account, and settle: seconds that a pod must run before it counts as ready */}}
{{- define "service.deployment" -}}
{{- $own := get .root.Values .process }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .root.Release.Name }}-{{ .process }}
  labels:
    {{- include "service.labels" . | nindent 4 }}
spec:
  {{- if not (dig "autoscaling" "enabled" false $own) }}
  replicas: {{ $own.replicas }}
  {{- end }}
  minReadySeconds: {{ .settle }}
  revisionHistoryLimit: 5
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels:
      {{- include "service.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "service.selector" . | nindent 8 }}
      annotations:
        # A changed setting rolls the pods.
        checksum/config: {{ include "service.config" .root | sha256sum }}
        {{- if .root.Values.istio.enabled }}
        # Its proxy is there before the process, and until the process has ended.
        proxy.istio.io/config: |
          holdApplicationUntilProxyStarts: true
          terminationDrainDuration: {{ .grace }}s
        {{- end }}
    spec:
      {{- include "service.pod" (merge (dict "account" .root.Release.Name) .) | nindent 6 }}
{{- end }}

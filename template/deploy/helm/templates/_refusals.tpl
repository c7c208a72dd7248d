{{- /* What values.schema.json can't tell: stops with everything that is to be mended at once */}}
{{- define "service.refusals" -}}
{{- $faults := concat (include "service.faults-of-config" . | fromJsonArray) (include "service.faults-of-values" . | fromJsonArray) }}
{{- if $faults }}
  {{- fail (printf "%s can't be installed, %d value(s) to mend:\n  %s\n" .Chart.Name (len $faults) (join "\n  " $faults)) }}
{{- end }}
{{- end }}

{{- define "service.faults-of-config" -}}
{{- $settings := include "service.settings" . | fromYaml }}
{{- $config := include "service.config" . | fromYaml }}
{{- $faults := list }}
{{- range $name, $why := $settings.needed }}
  {{- if not (get $config $name) }}{{ $faults = append $faults (printf "config.%s: %s" $name $why) }}{{ end }}
{{- end }}
{{- range $name, $_ := .Values.config }}
  {{- if hasKey $settings.secrets $name }}
    {{- $faults = append $faults (printf "config.%s: is a secret; put it into the Secret of secret.name" $name) }}
  {{- else if hasKey $settings.fixed $name }}
    {{- $faults = append $faults (printf "config.%s: can't be changed here; remove it" $name) }}
  {{- else if not (or (has $name $settings.names) (hasPrefix "OTEL_" $name)) }}
    {{- $faults = append $faults (printf "config.%s: no setting of this service; .env.example has them all, and settings of your own are listed in settings/own.yaml" $name) }}
  {{- end }}
{{- end }}
{{- toJson $faults }}
{{- end }}

{{- define "service.faults-of-values" -}}
{{- $faults := list }}
{{- if not .Values.image.repository }}
  {{- $faults = append $faults "image.repository: is not set; give the image without tag, as registry.example.com/team/service" }}
{{- end }}
{{- if not .Values.image.digest }}
  {{- $faults = append $faults "image.digest: is not set; give what the registry calls the image, as sha256:…" }}
{{- end }}
{{- if not .Values.secret.name }}
  {{- $faults = append $faults "secret.name: is not set; make a Secret whose keys are the names of the settings, and give its name" }}
{{- end }}
{{- range $process := list "api" "worker" }}
  {{- $scale := (get $.Values $process).autoscaling }}
  {{- if and $scale.enabled (gt (int $scale.minReplicas) (int $scale.maxReplicas)) }}
    {{- $faults = append $faults (printf "%s.autoscaling.minReplicas: is more than maxReplicas" $process) }}
  {{- end }}
{{- end }}
{{- toJson (concat $faults (include "service.faults-of-entry" . | fromJsonArray)) }}
{{- end }}

{{- define "service.faults-of-entry" -}}
{{- $faults := list }}
{{- if and .Values.ingress.enabled .Values.istio.enabled }}
  {{- $faults = append $faults "istio.enabled: so is ingress; choose one of them" }}
{{- end }}
{{- if and .Values.istio.enabled (not .Values.istio.gateway) }}
  {{- $faults = append $faults "istio.gateway: is not set; give the gateway that is there, as istio-ingress/public" }}
{{- end }}
{{- if or .Values.ingress.enabled .Values.istio.enabled }}
  {{- if eq (.Values.config.TRUSTED_PROXY_HOPS | default "0") "0" }}
    {{- $faults = append $faults "config.TRUSTED_PROXY_HOPS: is 0, so all callers would be one address with one limit; give the number of proxies, mostly \"1\"" }}
  {{- end }}
  {{- if and .Values.networkPolicy.enabled (not .Values.networkPolicy.clients) }}
    {{- $faults = append $faults "networkPolicy.clients: is empty, so nobody could reach the API; give the pods or subnets in front" }}
  {{- end }}
{{- end }}
{{- toJson $faults }}
{{- end }}
